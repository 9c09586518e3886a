package io.caravan.tool;

import io.caravan.chat.Tool;

/**
 * A tool under the name that models know it by.
 *
 * @param shown what models see of it
 * @param source who offers it
 * @param definition what the source says of it
 * @param confirm whether somebody has to approve each call
 */
public record OfferedTool(Tool shown, ToolSource source, ToolDefinition definition, boolean confirm) {

    /** The name that models know it by. */
    public String name() {
        return shown.name();
    }
}
