package io.millrace.broker.cluster;

/** Of a pod without others. */
final class NoPeers implements Links.Peers {
    @Override
    public void restored(String pod) {}

    @Override
    public void detach(String pod, int slot, long epoch) {}

    @Override
    public void died(String pod) {}
}
