#include "models/calls/batch.h"

#include <cassert>
#include <vector>

#include "models/calls/outbound.h"
#include "sim/all.h"

namespace models {

namespace {

Reply send_row(World& world, Edge& edge, Request request) {
    co_return co_await Outbound(world, edge.call(request));
}

}  // namespace

Reply send_rows(World& world, Edge& edge, Request request, std::span<const std::uint64_t> rows,
                bool as_one) {
    assert(!rows.empty() && rows.size() <= Request::kMostRows);
    request.key = rows.front();
    if (as_one) {
        request.bytes *= static_cast<std::uint32_t>(rows.size());
        request.rows = static_cast<std::uint16_t>(rows.size() & Request::kMostRows);
        co_return co_await Outbound(world, edge.call(request));
    }
    std::vector<Reply> calls;
    for (std::uint32_t index = 0; index < rows.size(); ++index) {
        Request each = request.onward(index, request.endpoint);
        each.key = rows[index];
        calls.push_back(send_row(world, edge, each));
    }
    Response whole;
    for (const Response& part : co_await sim::all(std::move(calls))) {
        if (!part.ok()) whole = part;
    }
    co_return whole;
}

}  // namespace models
