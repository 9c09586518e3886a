/** What Camel needs that a plain bean cannot be: components, interceptors, the reload of routes. */
@NullMarked
package io.caravan.camel;

import org.jspecify.annotations.NullMarked;
