package io.caravan.camel.queue;

import jakarta.jms.JMSException;
import java.util.Map;
import org.apache.camel.Message;

/** Where a prompt came from, and the way back to whoever waits for its answer. Belongs to the thread that has the prompt. */
public interface Origin {

    /** Has the reply sent to whoever waits; returns it. */
    Message address(Message reply);

    /** Throws if whoever waits is known to have gone. */
    void checkReachable() throws JMSException;

    /** The prompt as it came. */
    Message original() throws JMSException;

    /** The prompt as it came, with what else there is to say of it. */
    Message original(Map<String, Object> remarks) throws JMSException;
}
