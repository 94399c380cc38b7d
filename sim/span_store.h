// Where spans are while a run goes on: those of one request together, so that all of them can be
// let go of when its trace is not to be kept, and the room is used again.
//
// Numbers of spans are never given twice. Whoever still has one of a request that is gone finds
// nothing there, so nobody needs to know who else has one.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/span.h"

namespace sim {

struct SpanBlock;

// All that is known of one user's request: its trace, and those of work that it left behind. Places
// in its lists count from their begin, and so does Span::trace.
struct RequestSpans {
    std::uint32_t slot = 0;
    SpanNumber root = 0;
    std::uint64_t luck = 0;   // by which it is kept or not (kept_traces.h)
    std::uint32_t spans = 0;  // of all its traces
    bool is_here = false;
    bool is_open = false;  // its root has not ended
    std::vector<TraceInfo> traces;
    std::vector<SpanBlock*> blocks;
    std::vector<AttributeEntry> attributes;
    std::vector<EventEntry> events;
};

struct SpanBlock {
    static constexpr std::uint32_t kSpans = 16;

    RequestSpans* of = nullptr;
    std::uint32_t serial = 0;
    std::uint32_t first = 0;  // where its spans begin among all, once they are listed
    std::array<Span, kSpans> spans;
};

class SpanStore {
public:
    // A place for one more request.
    RequestSpans& open();
    // Every number of a span has been given: nothing may be added any more.
    bool is_full() const { return next_serial_ == kSerials; }
    void let_go(RequestSpans& request);
    RequestSpans& at(std::uint32_t slot) { return requests_[slot]; }

    // The last one of a request, as yet empty.
    struct Added {
        SpanNumber number;
        Span* span;
    };
    Added add(RequestSpans& request);

    // Null when it is of a request that is gone.
    SpanBlock* block(SpanNumber number) const {
        if (number == 0) return nullptr;
        const std::uint32_t serial = (number - 1) / SpanBlock::kSpans;
        const BlockPage* const page = pages_[serial / kPage].get();
        return page == nullptr ? nullptr : page->blocks[serial % kPage];
    }
    static std::uint32_t place(SpanNumber number) { return (number - 1) % SpanBlock::kSpans; }
    Span* find(SpanNumber number) const {
        SpanBlock* const found = block(number);
        return found == nullptr ? nullptr : &found->spans[place(number)];
    }

    // visit(span) for each of a request, in the order in which they began.
    template <class Visit>
    void for_each(RequestSpans& request, Visit visit) {
        for (std::uint32_t i = 0; i < request.spans; ++i) {
            visit(request.blocks[i / SpanBlock::kSpans]->spans[i % SpanBlock::kSpans]);
        }
    }

    // Those that are here, in the order in which they came.
    std::vector<RequestSpans*> requests();

    std::size_t blocks() const { return slabs_.size() * kSlab; }  // that there is room for

private:
    static constexpr std::uint32_t kPage = 128;
    static constexpr std::size_t kSlab = 32;  // blocks that are made at a time
    static constexpr std::uint32_t kSerials = (1U << 28U) - 1;

    // Blocks by their serial numbers; it goes when all of its blocks have come and gone.
    struct BlockPage {
        std::array<SpanBlock*, kPage> blocks{};
        std::uint32_t here = 0;
    };

    SpanBlock& add_block(RequestSpans& request);
    void make_blocks();
    void remove(const SpanBlock& block);

    std::vector<std::unique_ptr<BlockPage>> pages_;
    std::uint32_t next_serial_ = 0;
    std::vector<std::unique_ptr<std::array<SpanBlock, kSlab>>> slabs_;
    std::vector<SpanBlock*> free_blocks_;
    std::deque<RequestSpans> requests_;
    std::vector<std::uint32_t> free_requests_;
};

}  // namespace sim
