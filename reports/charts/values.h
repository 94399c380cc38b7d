// JSON onto Duktape's stack. Its own JSON.parse turns every number with a point into binary by long
// division, which is most of the time that a large run's report takes; the JSON library does not.
#pragma once

#include <string_view>

struct duk_hthread;

namespace reports {

// Pushes the value that a text is. The text comes from a JSON library: only what it would not write
// is refused, by std::runtime_error, and nothing is left on the stack but what was being made.
void push_json(duk_hthread* heap, std::string_view text);

}  // namespace reports
