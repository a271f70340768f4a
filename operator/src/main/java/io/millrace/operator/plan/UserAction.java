package io.millrace.operator.plan;

import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.PermissionIntent;
import java.util.List;
import java.util.Set;

/** What can be done about a user. None of them holds a password. */
public sealed interface UserAction extends Described {

    /** Make the Secret, with a new password. */
    record MakeSecret(String name) implements UserAction {
        @Override
        public String words() {
            return "make Secret " + name;
        }
    }

    /** Write the Secret anew, with the password that is in it, or a new certificate if the old one will not do. */
    record RefreshSecret(String name, String why) implements UserAction {
        @Override
        public String words() {
            return "write Secret " + name + " anew: " + why;
        }
    }

    /** Label a Secret that somebody gives, so that its changes are seen at once. */
    record WatchSecret(String name) implements UserAction {
        @Override
        public String words() {
            return "label Secret " + name;
        }
    }

    /** Tell Kafka the password. */
    record PutKafkaUser() implements UserAction {
        @Override
        public String words() {
            return "tell Kafka the password";
        }
    }

    /** Add and remove entries of the access control list. */
    record ChangeAcls(Set<Acl> add, Set<Acl> remove) implements UserAction {
        @Override
        public String words() {
            return "add %d and remove %d ACLs".formatted(add.size(), remove.size());
        }
    }

    /** Tell the queue layer the password and the tags. */
    record PutQueueUser(List<String> tags) implements UserAction {
        @Override
        public String words() {
            return "tell the queue layer the password and tags";
        }
    }

    /** Set what the user may do in a virtual host. */
    record PutPermission(PermissionIntent permission) implements UserAction {
        @Override
        public String words() {
            return "set the permissions in virtual host " + permission.vhost();
        }
    }

    /** Take all rights in a virtual host. */
    record DeletePermission(String vhost) implements UserAction {
        @Override
        public String words() {
            return "take the permissions in virtual host " + vhost;
        }
    }
}
