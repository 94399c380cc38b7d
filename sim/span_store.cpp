#include "sim/span_store.h"

#include <algorithm>
#include <cassert>

namespace sim {

RequestSpans& SpanStore::open() {
    if (free_requests_.empty()) {
        free_requests_.push_back(static_cast<std::uint32_t>(requests_.size()));
        RequestSpans& made = requests_.emplace_back();
        made.slot = free_requests_.back();
        // What most have, at once.
        made.traces.reserve(1);
        made.blocks.reserve(2);
        made.attributes.reserve(8);
        made.events.reserve(2);
    }
    RequestSpans& request = requests_[free_requests_.back()];
    free_requests_.pop_back();
    request.is_here = request.is_open = true;
    return request;
}

// Its lists keep their room for the next one.
void SpanStore::let_go(RequestSpans& request) {
    assert(request.is_here);
    for (SpanBlock* const block : request.blocks) {
        remove(*block);
        free_blocks_.push_back(block);
    }
    request.is_here = request.is_open = false;
    request.spans = 0;
    request.root = 0;
    request.traces.clear();
    request.blocks.clear();
    request.attributes.clear();
    request.events.clear();
    free_requests_.push_back(request.slot);
}

SpanStore::Added SpanStore::add(RequestSpans& request) {
    const std::uint32_t place = request.spans++ % SpanBlock::kSpans;
    SpanBlock& block = place == 0 ? add_block(request) : *request.blocks.back();
    block.spans[place] = Span{};
    return {block.serial * SpanBlock::kSpans + place + 1, &block.spans[place]};
}

SpanBlock& SpanStore::add_block(RequestSpans& request) {
    if (free_blocks_.empty()) [[unlikely]]
        make_blocks();
    SpanBlock& block = *free_blocks_.back();
    free_blocks_.pop_back();
    block.of = &request;
    block.serial = next_serial_++;
    if (block.serial % kPage == 0) pages_.push_back(std::make_unique<BlockPage>());
    BlockPage& page = *pages_[block.serial / kPage];
    page.blocks[block.serial % kPage] = &block;
    ++page.here;
    request.blocks.push_back(&block);
    return block;
}

void SpanStore::make_blocks() {
    slabs_.push_back(std::make_unique<std::array<SpanBlock, kSlab>>());
    for (SpanBlock& each : *slabs_.back()) free_blocks_.push_back(&each);
}

void SpanStore::remove(const SpanBlock& block) {
    std::unique_ptr<BlockPage>& page = pages_[block.serial / kPage];
    page->blocks[block.serial % kPage] = nullptr;
    const bool is_last = next_serial_ / kPage == block.serial / kPage;
    if (--page->here == 0 && !is_last) page.reset();
}

std::vector<RequestSpans*> SpanStore::requests() {
    std::vector<RequestSpans*> all;
    for (RequestSpans& each : requests_) {
        if (each.is_here) all.push_back(&each);
    }
    std::ranges::sort(all, {}, &RequestSpans::root);
    return all;
}

}  // namespace sim
