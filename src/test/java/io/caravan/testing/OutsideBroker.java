package io.caravan.testing;

import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;

/** An Artemis that listens on loopback, as one on another machine would; what it holds outlasts a restart. */
public final class OutsideBroker {

    private final Path folder;
    private final int port = TestApp.freePort();
    private ActiveMQServer server;

    private OutsideBroker(Path folder) throws Exception {
        this.folder = folder;
        server = started();
    }

    public static OutsideBroker in(Path folder) throws Exception {
        return new OutsideBroker(folder);
    }

    private ActiveMQServer started() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setGracefulShutdownEnabled(false)
                .addAcceptorConfiguration("tcp", url());
        ActiveMQServer made = new ActiveMQServerImpl(configuration);
        made.start();
        return made;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** It is gone for a moment, and everybody's connection with it. */
    public void restart() throws Exception {
        server.stop();
        server = started();
    }

    /** Whether somebody hears what is sent to a topic. */
    public boolean heard(String topic) throws Exception {
        return !server.getPostOffice()
                .listQueuesForAddress(SimpleString.of(topic))
                .isEmpty();
    }

    /** From now on it makes no queue for anybody, as one whose users may not. */
    public void refuseQueues() {
        server.registerBrokerPlugin(new ActiveMQServerPlugin() {
            @Override
            public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
                throw new ActiveMQException("no queues");
            }
        });
    }

    /** Connections that are open. */
    public int connections() {
        return server.getConnectionCount();
    }

    /** The connections over which a queue is read are gone, and no others. */
    public void dropReadersOf(String queue) {
        server.getSessions().stream()
                .filter(session -> session.getServerConsumers().stream()
                        .anyMatch(reader -> reader.getQueueAddress().equals(SimpleString.of(queue))))
                .map(ServerSession::getRemotingConnection)
                .distinct()
                .toList()
                .forEach(connection -> connection.fail(new ActiveMQException("dropped")));
    }

    public void stop() throws Exception {
        server.stop();
    }
}
