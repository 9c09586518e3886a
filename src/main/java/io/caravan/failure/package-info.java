/** What can go wrong, told apart by who has to act and whether another try helps. */
@NullMarked
package io.caravan.failure;

import org.jspecify.annotations.NullMarked;
