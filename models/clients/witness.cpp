#include "models/clients/witness.h"

#include "models/data/ledger.h"

namespace models {

// Operations on all items at once are none of an item's.
void Witness::open(Call& call, History* history) {
    const Request& request = call.request;
    std::size_t number = History::kNotKept;
    if (history != nullptr && request.key != Ledger::kWholeSet) {
        const std::uint64_t user = std::uint64_t{request.address} << 32U | request.user;
        Operation operation;
        operation.began = scheduler_.now();
        operation.key = request.key;
        operation.session = sim::request_key(sessions_, user);
        operation.is_write = request.is_write;
        number = history->begin(operation);
    }
    begin(call, history, number);
}

// A made-up answer says nothing of the store, nor does a failure: the write may have happened.
Go Witness::answered(Call& call) {
    const State my = mine(call);
    end(call);
    const Response& response = call.response;
    const bool says_what = response.ok() && !response.degraded;
    const bool has_version = !call.request.is_write || response.version != 0;
    if (my.number != History::kNotKept && says_what && has_version) {
        my.history->end(my.number, scheduler_.now(), response.version);
    }
    return back();
}

}  // namespace models
