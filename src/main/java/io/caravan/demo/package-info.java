/** The scripted model server of the demo, which also plays the failing server of the tests. */
@NullMarked
package io.caravan.demo;

import org.jspecify.annotations.NullMarked;
