// What a channel has delivered and is not acknowledged yet, by delivery tag.
//
// Tags count up, and are mostly acknowledged in their order, so the entries lie in pages of
// consecutive tags. A page goes when all of it is acknowledged: one that never is keeps its page.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "models/queue_broker/message.h"

namespace models::amqp {

class Unacknowledged {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    // Each tag once, in rising order.
    void add(std::uint64_t tag, const Entry& entry) {
        const std::uint64_t number = tag / kPage;
        if (pages_.empty() || pages_.rbegin()->first != number) {
            pages_.emplace_hint(pages_.end(), number, std::make_unique<Page>());
        }
        Page& page = *pages_.rbegin()->second;
        assert(page.entries[tag % kPage].message == kNoMessage);
        page.entries[tag % kPage] = entry;
        ++page.count;
        ++size_;
    }
    bool contains(std::uint64_t tag) const {
        const auto found = pages_.find(tag / kPage);
        return found != pages_.end() && found->second->entries[tag % kPage].message != kNoMessage;
    }
    // The oldest tag.
    std::uint64_t first() const {
        const auto& [number, page] = *pages_.begin();
        std::size_t at = 0;
        while (page->entries[at].message == kNoMessage) ++at;
        return number * kPage + at;
    }
    Entry take(std::uint64_t tag) {
        const auto found = pages_.find(tag / kPage);
        Page& page = *found->second;
        const Entry entry = page.entries[tag % kPage];
        assert(entry.message != kNoMessage);
        page.entries[tag % kPage].message = kNoMessage;
        if (--page.count == 0) pages_.erase(found);
        --size_;
        return entry;
    }

private:
    static constexpr std::size_t kPage = 32;
    struct Page {
        std::array<Entry, kPage> entries{};
        std::size_t count = 0;
    };
    std::map<std::uint64_t, std::unique_ptr<Page>> pages_;  // by tag / kPage
    std::size_t size_ = 0;
};

}  // namespace models::amqp
