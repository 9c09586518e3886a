package io.caravan.camel.websocket;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers a frame that is too long or malformed with the close code that belongs to it (1009, 1002, 1007).
 *
 * <p>Vert.x would close the socket at once, with the rest of the frame unread, and TCP then throws away the close code
 * with it. So what still comes is read and dropped until the peer closes, for at most a second.
 */
final class ProtocolViolations extends ChannelInboundHandlerAdapter {

    private final Runnable onViolation;
    private boolean violated;

    ProtocolViolations(Runnable onViolation) {
        this.onViolation = onViolation;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (!(cause instanceof CorruptedWebSocketFrameException violation)) {
            channel.fireExceptionCaught(cause);
        } else if (!violated) {
            violated = true;
            onViolation.run();
            ChannelFuture unusedWrite = channel.writeAndFlush(new CloseWebSocketFrame(violation.closeStatus()));
            var unused = channel.executor().schedule(() -> drop(channel), 1, TimeUnit.SECONDS);
        }
    }

    private static void drop(ChannelHandlerContext channel) {
        ChannelFuture unused = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, @Nullable Object message) {
        if (violated) {
            ReferenceCountUtil.release(message);
        } else {
            channel.fireChannelRead(message);
        }
    }
}
