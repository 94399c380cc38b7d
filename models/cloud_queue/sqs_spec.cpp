#include "models/cloud_queue/sqs_spec.h"

#include <fmt/core.h>

#include <set>

#include "models/cloud_queue/queue_server.h"

namespace models::sqs {

QueueSettings QueueSpec::settings(const std::string& named) const {
    QueueSettings settings;
    settings.name = named;
    settings.is_fifo = type == QueueType::fifo;
    settings.visibility_timeout = visibility_timeout;
    settings.delay = delay;
    settings.retention = message_retention_period;
    settings.max_receive_count = max_receive_count;
    settings.max_in_flight = in_flight_limit;
    settings.deduplicates = content_based_deduplication;
    return settings;
}

void QueueSpec::check(spec::Check& check) const {
    check.that(dead_letter_queue.empty() || max_receive_count > 0, "dead_letter_queue",
               "messages are received for ever: none gets there",
               "say how often first, for example \"max_receive_count\": 3");
    check.that(!dead_letter_queue.empty() || max_receive_count == 0, "max_receive_count",
               "there is no queue for the messages that were received so often",
               "add \"dead_letter_queue\": \"NAME\", another queue of this node");
    check.that(!content_based_deduplication || type == QueueType::fifo,
               "content_based_deduplication", "a standard queue takes every message that is sent",
               R"(write "type": "fifo")");
}

Abilities SqsSpec::suffers() const {
    return abilities_of<QueueServer>();
}

std::vector<std::string> SqsSpec::queue_names() const {
    std::vector<std::string> names;
    for (const auto& each : queues.entries) names.push_back(each.first);
    return names;
}

void SqsSpec::check(spec::Check& check) const {
    for (const auto& [queue, each] : queues.entries) {
        if (each.dead_letter_queue.empty()) continue;
        const QueueSpec* const dead = queues.find(each.dead_letter_queue);
        check.that(dead != nullptr, "queues",
                   fmt::format("queue \"{}\" dead-letters to a queue that is not there: \"{}\"",
                               queue, each.dead_letter_queue),
                   "declare it in \"queues\"");
        if (dead == nullptr) return;
        check.that(dead->type == each.type, "queues",
                   fmt::format("the dead letters of \"{}\" go to a queue of another type: \"{}\"",
                               queue, each.dead_letter_queue),
                   "the dead-letter queue of a FIFO queue is a FIFO queue, too, and a standard "
                   "queue's a standard one");
        std::set<std::string> seen{queue};
        for (const QueueSpec* at = &each; at != nullptr && !at->dead_letter_queue.empty();
             at = queues.find(at->dead_letter_queue)) {
            const bool is_new = seen.insert(at->dead_letter_queue).second;
            check.that(is_new, "queues",
                       fmt::format("the dead letters of \"{}\" go in a circle", queue),
                       "leave out the \"dead_letter_queue\" of one of these queues");
            if (!is_new) return;
        }
    }
    check.that(copies <= servers, "copies", "more copies than there are servers for them",
               "each copy needs a server of its own: raise `servers`");
    check.that(sampled_servers <= servers, "sampled_servers",
               "a receive cannot ask more servers than there are",
               "make it `servers` at most; then each receive asks all of them");
}

}  // namespace models::sqs
