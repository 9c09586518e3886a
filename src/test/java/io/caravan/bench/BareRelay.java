package io.caravan.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * What Caravan stands on, and nothing else: Vert.x takes the question, one thread a question (a virtual one where there
 * are any) asks with Apache HttpClient, and each line of the answer is a frame. No route, no limit, no log: the difference
 * to it is what Caravan itself costs.
 */
final class BareRelay {

    private static final int CONNECTIONS = 20_000;
    private static final int LONGEST_LINE = 1 << 12;

    private final HttpClient client = HttpClientBuilder.create()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(CONNECTIONS)
                    .setMaxConnPerRoute(CONNECTIONS)
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableContentCompression()
            .build();
    private final Executor threads = threads();
    private final String url;

    private BareRelay(String url) {
        this.url = url;
    }

    /** Arguments: the port to listen on, the URL of the model server. */
    public static void main(String[] arguments) {
        QuietLogs.set();
        BareRelay relay = new BareRelay(arguments[1] + "/api/chat");
        int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops))
                .createHttpServer()
                .webSocketHandler(relay::opened)
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void opened(ServerWebSocket peer) {
        peer.textMessageHandler(prompt -> threads.execute(() -> answer(prompt, peer)));
    }

    private void answer(String prompt, ServerWebSocket peer) {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity(
                "{\"model\":\"stub\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}",
                ContentType.APPLICATION_JSON));
        try {
            client.execute(post, response -> relay(response, peer));
        } catch (IOException e) {
            peer.close((short) 1011, e.getMessage());
        }
    }

    private static boolean relay(ClassicHttpResponse response, ServerWebSocket peer) throws IOException {
        InputStream body = response.getEntity().getContent();
        byte[] bytes = new byte[LONGEST_LINE];
        int filled = 0;
        for (int read; (read = body.read(bytes, filled, bytes.length - filled)) >= 0; ) {
            filled += read;
            int used = frames(bytes, filled, peer);
            System.arraycopy(bytes, used, bytes, 0, filled - used);
            filled -= used;
        }
        return filled == 0;
    }

    private static int frames(byte[] bytes, int filled, ServerWebSocket peer) {
        int from = 0;
        for (int i = 0; i < filled; i++) {
            if (bytes[i] == '\n') {
                var unused = peer.writeTextMessage(new String(bytes, from, i - from, UTF_8));
                from = i + 1;
            }
        }
        return from;
    }

    /** As Caravan has them: virtual from Java 24 on; through reflection, since this is compiled for 17. */
    private static Executor threads() {
        if (Runtime.version().feature() < 24) {
            return Executors.newCachedThreadPool();
        }
        return Arrays.stream(Executors.class.getMethods())
                .filter(method -> method.getName().equals("newVirtualThreadPerTaskExecutor"))
                .map(BareRelay::made)
                .findFirst()
                .orElseThrow();
    }

    private static Executor made(java.lang.reflect.Method method) {
        try {
            return (Executor) method.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
