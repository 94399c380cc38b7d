// Labs, all on one queue of runs.
#pragma once

#include <functional>
#include <span>

#include "tools/progress.h"
#include "tools/proof.h"

namespace tools {

// What came of a lab, to somebody who prints through the display. False ends it all.
using Proven = std::function<bool(const Proof& proof, const Result& result, Display& display)>;

struct Proving {
    Play play;
    bool with_pages = false;
};

// Plays them side by side. Each is judged when its last run has ended, by the thread that played
// that, and handed over in the order of the labs: by one thread at a time, while others go on.
PlayEnd prove_all(std::span<const Proof> proofs, const Proving& how, const Proven& proven);

}  // namespace tools
