package io.caravan.camel.reload;

/**
 * An endpoint whose consumer may be replaced by starting the next one: from then on messages go to the new consumer,
 * those already taken are finished by the old one, and the old one's later stop disturbs nothing. A route that reads
 * from such an endpoint is exchanged without a moment in which nobody listens.
 */
public interface Replaceable {}
