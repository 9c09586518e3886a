package io.caravan.settings;

/** What happens to an answer that breaks off in the middle. */
public enum ResumeMode {
    /** It ends there, and the caller is told. */
    OFF,
    /** The server is asked again with the partial answer as the beginning of the assistant's turn. */
    PREFIX
}
