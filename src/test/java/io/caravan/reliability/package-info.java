/** The failure catalogue as a table of tests, the servers that misbehave for it, and the card that sums it up. */
@NullMarked
package io.caravan.reliability;

import org.jspecify.annotations.NullMarked;
