package io.caravan.bench;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** An answer on its way. Handed from the thread that read the request to the pacer, which alone changes it then. */
final class PacedAnswer {

    final SocketChannel channel;
    final Wire wire;
    final Script script;
    int sent = 1;
    long dueTick;

    @Nullable
    ByteBuffer unsent;

    @Nullable
    PacedAnswer nextInSlot;

    volatile boolean ended;

    PacedAnswer(SocketChannel channel, Wire wire, Script script) {
        this.channel = channel;
        this.wire = wire;
        this.script = script;
    }
}
