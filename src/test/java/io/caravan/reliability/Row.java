package io.caravan.reliability;

/**
 * A row of the table.
 *
 * @param id of the case in the catalogue; rows of one id are one case
 * @param sentence what is done to Caravan, and what must come of it
 */
record Row(String id, String sentence, Platform platform, Scene scene) {

    String title() {
        return id + " " + sentence;
    }
}
