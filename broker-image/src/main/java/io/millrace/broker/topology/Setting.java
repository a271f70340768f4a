package io.millrace.broker.topology;

/** An entry that may be put and deleted as it is: nothing else goes with it, and at most its virtual host or user has to be there. */
public sealed interface Setting extends TopologyEntry permits Policy {
    @Override
    TopologyKey.OfSetting key();
}
