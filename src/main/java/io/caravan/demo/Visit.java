package io.caravan.demo;

/** A call that waits for its answer: the way back, and what is ordered to go wrong with it. */
record Visit(Call call, Line line, Fault fault) {}
