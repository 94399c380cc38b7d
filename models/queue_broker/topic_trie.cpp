#include "models/queue_broker/topic_trie.h"

#include <algorithm>

namespace models::amqp {

std::vector<std::string_view> words_of(std::string_view key) {
    std::vector<std::string_view> words;
    if (key.empty()) return words;
    for (;;) {
        const std::size_t dot = key.find('.');
        words.push_back(key.substr(0, dot));
        if (dot == std::string_view::npos) return words;
        key.remove_prefix(dot + 1);
    }
}

void TopicTrie::bind(std::string_view pattern, QueueId queue) {
    std::uint32_t node = 0;
    for (const std::string_view word : words_of(pattern)) {
        const auto next = static_cast<std::uint32_t>(nodes_.size());
        const auto [known, is_new] = nodes_[node].words.emplace(std::string(word), next);
        node = known->second;
        if (is_new) nodes_.emplace_back();
    }
    auto& queues = nodes_[node].queues;
    if (std::find(queues.begin(), queues.end(), queue) == queues.end()) queues.push_back(queue);
}

// Nodes stay, so that their numbers do.
void TopicTrie::unbind(std::string_view pattern, QueueId queue) {
    std::uint32_t node = 0;
    for (const std::string_view word : words_of(pattern)) {
        const auto found = nodes_[node].words.find(word);
        if (found == nodes_[node].words.end()) return;
        node = found->second;
    }
    std::erase(nodes_[node].queues, queue);
}

void TopicTrie::match(std::string_view key, std::vector<QueueId>& found) const {
    match(0, words_of(key), 0, found);
}

// A # takes no word, or one more and stays.
void TopicTrie::match(std::uint32_t node, const Words& words, std::size_t at,
                      std::vector<QueueId>& found) const {
    const Node& here = nodes_[node];
    if (const auto any = here.words.find("#"); any != here.words.end()) {
        for (std::size_t rest = at; rest <= words.size(); ++rest) {
            match(any->second, words, rest, found);
        }
    }
    if (at == words.size()) {
        found.insert(found.end(), here.queues.begin(), here.queues.end());
        return;
    }
    const auto same = here.words.find(words[at]);
    if (same != here.words.end()) match(same->second, words, at + 1, found);
    const auto one = here.words.find("*");
    if (one != here.words.end() && one != same) match(one->second, words, at + 1, found);
}

}  // namespace models::amqp
