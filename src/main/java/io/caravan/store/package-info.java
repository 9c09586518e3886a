/** The database: SQLite in the work dir, or PostgreSQL. */
@NullMarked
package io.caravan.store;

import org.jspecify.annotations.NullMarked;
