package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePrincipalsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=orders-broker-0,O=millrace | millrace:node",
                "O=millrace,CN=orders-controller-12 | millrace:node",
                "CN=millrace-operator,O=millrace | millrace:operator",
                "CN=orders-broker-0 | CN=orders-broker-0",
                "CN=orders-broker-0,O=others | CN=orders-broker-0,O=others",
                "CN=other-broker-0,O=millrace | CN=other-broker-0,O=millrace",
                "CN=orders-broker-0,O=millrace,C=x | CN=orders-broker-0,O=millrace,C=x",
                "CN=alice,OU=users | CN=alice,OU=users"
            })
    void onlyCertificatesOfNodesAndOperatorAreMapped(String subject, String principal) throws IOException {
        var mapper = SslPrincipalMapper.fromRules(NodePrincipals.mappingRules("orders"));

        assertThat(mapper.getName(subject)).isEqualTo(principal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=alice | alice",
                "CN=alice,O=others | CN=alice,O=others",
                "CN=orders-broker-0,O=millrace | CN=orders-broker-0,O=millrace",
                "O=millrace,CN=millrace-operator | O=millrace,CN=millrace-operator"
            })
    void onAListenerOfClientsACertificateNamesAUserAndNeverANode(String subject, String principal) throws IOException {
        var mapper = SslPrincipalMapper.fromRules(NodePrincipals.CLIENT_MAPPING_RULES);

        assertThat(mapper.getName(subject)).isEqualTo(principal);
    }
}
