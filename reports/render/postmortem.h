// A post-mortem of a run, as a draft in Markdown: what is known of it is filled in, and what people
// have to find out is left to them.
//
// Its headings are those of Google's SRE Book (appendix D, "Example Postmortem"), with the goal and
// the hypothesis that a game day has.
#pragma once

#include <string>
#include <string_view>

namespace reports {

// Of the text of a run.json; its numbers are the ones there. Throws std::runtime_error when that is
// no run's.
std::string postmortem_markdown(std::string_view run_json);
// The same as a JSON string, for the page; empty where nobody had anything to recover from.
std::string postmortem_document(std::string_view run_json);

}  // namespace reports
