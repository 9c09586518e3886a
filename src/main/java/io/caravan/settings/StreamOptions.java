package io.caravan.settings;

/** What an OpenAI-compatible server is asked for beside the stream of its answer. */
public enum StreamOptions {
    /** The count of tokens, at the end of the stream. */
    USAGE,
    /** Nothing, for servers that refuse to be asked. */
    NONE
}
