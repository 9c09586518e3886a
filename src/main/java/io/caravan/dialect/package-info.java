/** What the wire formats of model servers share: how they are asked, how an answer is read, what an error means. */
@NullMarked
package io.caravan.dialect;

import org.jspecify.annotations.NullMarked;
