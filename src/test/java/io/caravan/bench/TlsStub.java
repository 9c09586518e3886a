package io.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;

/**
 * The stub's answers over TLS, with a certificate of its own made at the start. Below {@code /close} each answer ends
 * its connection, so that every request pays for a new one.
 */
final class TlsStub {

    static final String PASSWORD = "benchmark";

    private final Supplier<Script> script;
    private final Counters counters;
    private final InetSocketAddress address;

    TlsStub(Path keyStore, Supplier<Script> script, Counters counters) throws Exception {
        this.script = script;
        this.counters = counters;
        SslContext tls = tls(keyStore);
        EventLoopGroup group = new NioEventLoopGroup(1);
        this.address = (InetSocketAddress) new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        counters.connections.incrementAndGet();
                        channel.pipeline()
                                .addLast(tls.newHandler(channel.alloc()))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(1 << 20))
                                .addLast(new Answers());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel()
                .localAddress();
    }

    int port() {
        return address.getPort();
    }

    private static SslContext tls(Path keyStore) throws Exception {
        if (!Files.exists(keyStore)) {
            makeCertificate(keyStore);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        return SslContextBuilder.forServer(managers).build();
    }

    private static void makeCertificate(Path keyStore) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        int exit = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "stub",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("keytool could not make a certificate: exit " + exit);
        }
    }

    // A write that fails means that the connection has gone, which the channel tells by itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            Wire wire = request.uri().endsWith("/api/chat") ? Wire.OLLAMA : Wire.OPENAI;
            boolean close = request.uri().startsWith("/close/");
            counters.requests.incrementAndGet();
            DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set("Content-Type", wire.contentType());
            HttpUtil.setTransferEncodingChunked(head, true);
            if (close) {
                head.headers().set("Connection", "close");
            }
            context.write(head);
            send(context, wire, script.get(), 0, close);
        }

        private void send(ChannelHandlerContext context, Wire wire, Script said, int sent, boolean close) {
            if (!context.channel().isActive()) {
                return;
            }
            if (sent == said.chunks()) {
                var last = context.writeAndFlush(new DefaultLastHttpContent(ascii(wire.end(sent))));
                if (close) {
                    last.addListener(ChannelFutureListener.CLOSE);
                }
                return;
            }
            ByteBuf chunk = Unpooled.wrappedBuffer(new StampedBytes(wire.chunk()).at(System.nanoTime()));
            context.writeAndFlush(new DefaultHttpContent(chunk));
            context.executor()
                    .schedule(
                            () -> send(context, wire, said, sent + 1, close),
                            said.interval().toNanos(),
                            TimeUnit.NANOSECONDS);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private static ByteBuf ascii(String text) {
            return Unpooled.wrappedBuffer(text.getBytes(US_ASCII));
        }
    }
}
