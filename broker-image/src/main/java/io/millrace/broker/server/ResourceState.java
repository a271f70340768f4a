package io.millrace.broker.server;

import io.millrace.broker.protocol.Alarm;
import io.millrace.broker.protocol.Resources;
import java.util.Set;

/** What a pod has to spare, and the alarms that are raised. */
public record ResourceState(Resources resources, Set<Alarm> alarms) {}
