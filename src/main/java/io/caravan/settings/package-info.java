/** The settings: their keys, defaults and checks, and one record per subject. */
@NullMarked
package io.caravan.settings;

import org.jspecify.annotations.NullMarked;
