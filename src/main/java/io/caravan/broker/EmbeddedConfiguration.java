package io.caravan.broker;

import java.nio.file.Path;
import java.util.Map;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.invm.TransportConstants;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.DiskFullMessagePolicy;

/** How the embedded broker keeps what it has acknowledged, whatever happens to the process. */
final class EmbeddedConfiguration {

    private static final int DISK_LOOK_MILLIS = 2_000;
    private static final long IN_MEMORY = 64L * 1024 * 1024;
    private static final int DELIVERIES = 10;

    private EmbeddedConfiguration() {}

    /** @param minDiskFree in bytes; with less, no message is taken in */
    static Configuration of(Path folder, int number, long minDiskFree) throws Exception {
        Configuration broker = new ConfigurationImpl()
                .setName("caravan")
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setResolveProtocols(false)
                // nobody outside this virtual machine can reach it
                .addAcceptorConfiguration(new TransportConfiguration(
                        InVMAcceptorFactory.class.getName(), Map.of(TransportConstants.SERVER_ID_PROP_NAME, number)));
        journal(broker, folder, minDiskFree);
        broker.addAddressSetting("#", settings());
        // the door of the prompts counts for itself, and says why it sets one aside
        broker.addAddressSetting(
                Queues.PROMPTS,
                settings().setMaxDeliveryAttempts(-1).setDeadLetterAddress(SimpleString.of(Queues.DEAD_PROMPTS)));
        // what becomes of a line of a batch is written into the ledger, and nowhere else
        broker.addAddressSetting(Queues.BATCH, settings().setMaxDeliveryAttempts(-1));
        for (String queue : Queues.ALL) {
            broker.addQueueConfiguration(QueueConfiguration.of(queue)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(true));
        }
        return broker;
    }

    private static void journal(Configuration broker, Path folder, long minDiskFree) {
        broker.setPersistenceEnabled(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large-messages").toString())
                .setJournalType(JournalType.NIO)
                .setJournalDatasync(true)
                // a share of the whole disk, which is the default, blocks in silence on a full laptop
                .setMaxDiskUsage(-1)
                .setMinDiskFree(minDiskFree)
                .setDiskScanPeriod(DISK_LOOK_MILLIS)
                .setIDCacheSize(200_000)
                .setPersistDeliveryCountBeforeDelivery(true);
    }

    private static AddressSettings settings() {
        return new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                // else it would write pages instead of its journal, and one that is torn where the disk ends loses what
                // is behind it
                .setDiskFullMessagePolicy(DiskFullMessagePolicy.FAIL)
                .setMaxSizeBytes(IN_MEMORY)
                .setAutoDeleteQueues(false)
                .setAutoDeleteAddresses(false)
                .setMaxDeliveryAttempts(DELIVERIES)
                // always there: one that is made when it is needed fails where somebody has waited for it
                .setDeadLetterAddress(SimpleString.of(Queues.DEAD));
    }
}
