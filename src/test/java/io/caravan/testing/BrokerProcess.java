package io.caravan.testing;

import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/** A broker in a process of its own, on loopback, with a journal; it can be killed and started again. */
public final class BrokerProcess implements AutoCloseable {

    /** Whom it lets in. */
    public static final String USER = "caravan";

    public static final String PASSWORD = "caravan-password";

    private final Path folder;
    private final int port = TestApp.freePort();
    private Optional<Process> running = Optional.empty();

    private BrokerProcess(Path folder) {
        this.folder = folder;
    }

    /** Starts one and waits until it is there. */
    public static BrokerProcess start(Path folder) {
        BrokerProcess broker = new BrokerProcess(folder);
        broker.start();
        return broker;
    }

    /** A port is taken for it, and nobody is there yet. */
    public static BrokerProcess later(Path folder) {
        return new BrokerProcess(folder);
    }

    /** Starts it, again if it was there before, and waits until it is there. */
    public void start() {
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BrokerProcess.class.getName(),
                            folder.toString(),
                            Integer.toString(port)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            running = Optional.of(process);
            // it says one line when it is there
            if (process.inputReader().readLine() == null) {
                throw new AssertionError("the broker does not start");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it with signal 9. */
    public void kill() {
        running.ifPresent(process -> process.destroyForcibly().onExit().join());
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** For clients of it that are not Caravan. */
    public ConnectionFactory connections() {
        return new ActiveMQConnectionFactory(url() + "?consumerWindowSize=0", USER, PASSWORD);
    }

    @Override
    public void close() {
        kill();
    }

    /** The process itself: a folder and a port. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Configuration broker = new ConfigurationImpl()
                .setName("outside")
                .setJMXManagementEnabled(false)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large-messages").toString())
                .setJournalType(JournalType.NIO)
                .setMaxDiskUsage(-1)
                .setPersistDeliveryCountBeforeDelivery(true)
                .addAddressSetting(
                        "#", new AddressSettings().setAutoDeleteQueues(false).setAutoDeleteAddresses(false))
                .addAcceptorConfiguration(new TransportConfiguration(
                        NettyAcceptorFactory.class.getName(),
                        java.util.Map.of(
                                TransportConstants.HOST_PROP_NAME,
                                "127.0.0.1",
                                TransportConstants.PORT_PROP_NAME,
                                args[1])));
        new EmbeddedActiveMQ()
                .setConfiguration(broker)
                .setSecurityManager(new OneUser())
                .start();
        System.out.println("ready");
        // ends with whoever started it
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    private static final class OneUser implements ActiveMQSecurityManager {

        @Override
        public boolean validateUser(String user, String password) {
            return USER.equals(user) && PASSWORD.equals(password);
        }

        @Override
        public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType check) {
            return validateUser(user, password);
        }
    }
}
