package io.caravan.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;

/** The faults that are ordered: first by a condition, then one after the other for the next answers. Thread-safe. */
final class Faults {

    private record Order(Predicate<Call> condition, Fault fault) {}

    private final List<Order> orders = new ArrayList<>();
    private final Queue<Fault> queue = new ArrayDeque<>();

    synchronized void next(List<Fault> faults) {
        queue.addAll(faults);
    }

    synchronized void when(Predicate<Call> condition, Fault fault) {
        orders.add(new Order(condition, fault));
    }

    synchronized void clear() {
        orders.clear();
        queue.clear();
    }

    /** What goes wrong with a call; only a call for an answer takes from the queue. */
    synchronized Fault strike(Call call, boolean asks) {
        for (Order order : orders) {
            if (order.condition().test(call)) {
                return order.fault();
            }
        }
        return asks && !queue.isEmpty() ? queue.remove() : Fault.none();
    }
}
