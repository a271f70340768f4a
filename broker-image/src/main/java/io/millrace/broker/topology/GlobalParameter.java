package io.millrace.broker.topology;

/**
 * A parameter of the whole cluster that clients keep here. It changes nothing.
 *
 * @param json its value
 */
public record GlobalParameter(String name, String json) implements Setting {
    @Override
    public TopologyKey.OfGlobalParameter key() {
        return new TopologyKey.OfGlobalParameter(name);
    }
}
