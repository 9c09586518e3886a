/** What agent backends speak: AG-UI, the UI messages of Vercel, JSON and text, told apart by their content. */
@NullMarked
package io.caravan.dialect.agent;

import org.jspecify.annotations.NullMarked;
