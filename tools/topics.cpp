// spate topics: the topics and queues of a finished run, and the messages that they keep.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include "reports/render/topics.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/traces.h"

namespace tools {

namespace {

struct TopicsOptions {
    std::string folder;
    std::string topic;
    bool from_beginning = false;
    std::uint32_t most = 0;
    std::string partition;
    std::string format = "text";
};

using reports::Topic;
using Messages = std::vector<sim::StoredMessage>;

constexpr std::uint32_t kUsualMost = 10;  // without --from-beginning

std::optional<std::vector<Topic>> topics_in(const std::string& folder) {
    ExportAsked asked;
    asked.folder = folder;
    const auto text = run_file(asked, "topics.jsonl");
    if (!text) {
        complain("    there is one when the scenario has a broker of messages, as kafka");
        return std::nullopt;
    }
    try {
        return reports::read_topics(*text);
    } catch (const std::exception& error) {
        const std::string why = error.what();
        complain("topics.jsonl cannot be read: " +
                 reports::printable(why.substr(0, why.find('\n'))));
        return std::nullopt;
    }
}

std::string seconds_text(const sim::StoredMessage& message) {
    return fmt::format("{:.6f}", sim::seconds(message.created.time_since_epoch()));
}

const sim::StoredMessage* newest_of(const sim::TopicRecord& record) {
    const Messages& last = record.newest.empty() ? record.oldest : record.newest;
    return last.empty() ? nullptr : &last.back();
}

void list(const std::vector<Topic>& topics) {
    std::size_t width = 5;
    for (const Topic& each : topics) {
        width = std::max(width, reports::width_of(reports::printable(each.name())));
    }
    fmt::print("  {:{}}  {:>10}  {:>12}  {:>14}  {:>12}  {:>12}\n", "topic", width, "partitions",
               "messages", "bytes", "oldest s", "newest s");
    for (const Topic& each : topics) {
        const sim::TopicRecord& record = each.record;
        const sim::StoredMessage* const newest = newest_of(record);
        fmt::print("  {}  {:>10}  {:>12}  {:>14}  {:>12}  {:>12}\n",
                   reports::fitted(reports::printable(each.name()), width), record.partitions,
                   record.messages, record.bytes,
                   newest == nullptr ? "-" : seconds_text(record.oldest.front()),
                   newest == nullptr ? "-" : seconds_text(*newest));
    }
}

// By its whole name, or by the topic's alone where that is enough.
const Topic* find(const std::vector<Topic>& topics, const std::string& name) {
    const Topic* found = nullptr;
    for (const Topic& each : topics) {
        if (each.name() == name) return &each;
        if (each.record.name != name) continue;
        if (found != nullptr) return nullptr;
        found = &each;
    }
    return found;
}

int complain_of_name(const std::vector<Topic>& topics, const std::string& name) {
    std::string names;
    for (const Topic& each : topics) names += (names.empty() ? "" : ", ") + each.name();
    complain(fmt::format("--topic {}: there is no such topic, or more than one\n    there are: {}",
                         reports::printable(name), reports::printable(names)));
    return kWrong;
}

// No value after a complaint; no number when none is asked for.
std::optional<std::optional<std::uint32_t>> partition_of(const Topic& topic,
                                                         const std::string& text) {
    if (text.empty()) return std::optional<std::uint32_t>();
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && rest == end && number < topic.record.partitions) {
        return std::optional(number);
    }
    complain(fmt::format("--partition {}: {} has no such partition\n    there are {}: 0 to {}",
                         reports::printable(text), reports::printable(topic.name()),
                         topic.record.partitions, topic.record.partitions - 1));
    return std::nullopt;
}

struct Chosen {
    Messages messages;
    bool has_gap = false;  // some between them are not in the folder
};

Chosen choose(const sim::TopicRecord& record, const TopicsOptions& options,
              std::optional<std::uint32_t> partition) {
    Chosen chosen;
    const auto is_wanted = [&](const sim::StoredMessage& each) {
        return !partition || each.partition == *partition;
    };
    std::copy_if(record.oldest.begin(), record.oldest.end(), std::back_inserter(chosen.messages),
                 is_wanted);
    const std::size_t old = chosen.messages.size();
    std::copy_if(record.newest.begin(), record.newest.end(), std::back_inserter(chosen.messages),
                 is_wanted);
    const std::size_t most = options.most != 0
                                 ? options.most
                                 : (options.from_beginning ? chosen.messages.size() : kUsualMost);
    if (chosen.messages.size() > most) {
        const auto cut = static_cast<std::ptrdiff_t>(chosen.messages.size() - most);
        if (options.from_beginning) {
            chosen.messages.resize(most);
        } else {
            chosen.messages.erase(chosen.messages.begin(), chosen.messages.begin() + cut);
        }
    }
    const bool has_both = options.from_beginning ? chosen.messages.size() > old
                                                 : chosen.messages.size() > record.newest.size();
    chosen.has_gap = record.left_out() > 0 && has_both;
    return chosen;
}

void print_text(const Topic& topic, const Chosen& chosen, const TopicsOptions& options) {
    fmt::print("  {:>9}  {:>10}  {:>12}  {:>14}  {:>8}  {}\n", "partition", "offset", "at s", "key",
               "bytes", "request");
    for (const sim::StoredMessage& each : chosen.messages) {
        fmt::print("  {:>9}  {:>10}  {:>12}  {:>14}  {:>8}  {}\n", each.partition, each.offset,
                   seconds_text(each), each.key ? std::to_string(*each.key) : "-", each.bytes,
                   reports::request_name(each));
    }
    const sim::TopicRecord& record = topic.record;
    fmt::print("\n{} of {} messages of {}{}\n", chosen.messages.size(), record.messages,
               reports::printable(topic.name()),
               options.from_beginning ? "" : "; --from-beginning shows the oldest first");
    if (chosen.has_gap) {
        fmt::print("{} between the oldest {} and the newest {} are not in the folder\n",
                   record.left_out(), record.oldest.size(), record.newest.size());
    }
}

int topics(const TopicsOptions& options) {
    const bool asks_messages =
        options.from_beginning || options.most != 0 || !options.partition.empty();
    if (options.topic.empty() && asks_messages) {
        complain("--from-beginning, --partition and --max-messages are of one topic: add --topic");
        return kWrong;
    }
    std::optional<std::vector<Topic>> all = topics_in(options.folder);
    if (!all) return kWrong;
    if (options.topic.empty()) {
        if (options.format == "json") {
            for (Topic& each : *all) each.record.oldest = each.record.newest = {};
            fmt::print("{}", reports::topics_jsonl(*all));
        } else {
            list(*all);
        }
        return kOk;
    }
    const Topic* const topic = find(*all, options.topic);
    if (topic == nullptr) return complain_of_name(*all, options.topic);
    const auto partition = partition_of(*topic, options.partition);
    if (!partition) return kWrong;
    const Chosen chosen = choose(topic->record, options, *partition);
    if (options.format == "json") {
        Topic shown{topic->node, topic->record};
        shown.record.oldest = chosen.messages;
        shown.record.newest = {};
        fmt::print("{}", reports::topics_jsonl({shown}));
    } else {
        print_text(*topic, chosen, options);
    }
    return kOk;
}

}  // namespace

Command topics_command(CLI::App& program) {
    auto options = std::make_shared<TopicsOptions>();
    return CommandLine(program, "topics", "The topics of a finished run, and their messages")
        .place("RUN-DIR", options->folder, "A folder that run --out wrote")
        .text("--topic", options->topic,
              "Shows its newest messages: kafka.orders, or orders when one node has it")
        .flag("--from-beginning", options->from_beginning,
              "From the oldest that is kept, as retention has left it")
        .text("--partition", options->partition, "Only those of this partition; the first is 0")
        .number("--max-messages", options->most, 0, 1'000'000,
                "At most so many; 0: the newest 10, or all from the beginning")
        .format(options->format)
        .footer(
            "Of each topic the folder has the 10,000 oldest messages that are there when the run\n"
            "ends, and the 100 newest; with several replications, of the first.\n\n"
            "  spate run shop.json --out out\n"
            "  spate topics out\n"
            "  spate topics out --topic orders --from-beginning")
        .runs([options] { return topics(*options); });
}

}  // namespace tools
