package io.millrace.broker.topology;

/** A change of one key. Every prefix of a decision's events leaves a valid topology. */
public sealed interface TopologyEvent {
    TopologyKey key();

    /** The entry is there from now on, in place of another of the same key. */
    record Put(TopologyEntry entry) implements TopologyEvent {
        @Override
        public TopologyKey key() {
            return entry.key();
        }
    }

    /** The entry is gone. */
    record Delete(TopologyKey key) implements TopologyEvent {}
}
