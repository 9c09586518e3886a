/** Who is asked and how often: providers and their servers, limits, breakers, retries, fallback and resume. */
@NullMarked
package io.caravan.llm;

import org.jspecify.annotations.NullMarked;
