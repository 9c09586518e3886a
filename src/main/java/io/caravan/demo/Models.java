package io.caravan.demo;

import java.util.List;

/** The models a server offers. */
record Models(List<Model> all) {

    Models {
        all = List.copyOf(all);
    }

    /** The model a request names; refused with 404 where there is none. */
    Model find(String name) {
        return all.stream()
                .filter(model -> model.isCalled(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(404, "model '" + name + "' not found"));
    }
}
