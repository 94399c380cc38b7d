// The figures of a run that people can ask for by name, and their values in a summary.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/summary.h"
#include "reports/value.h"

namespace reports {

struct Figure {
    std::string name;
    Dimension dimension = Dimension::plain;
    bool is_distribution = false;  // "lock_wait" is its mean; lock_wait.p(99), lock_wait.max
};

struct NodeWords {
    std::string node;
    std::vector<Figure> figures;
};

// A part of a node's requests is asked for like a node: "clients.segment.premium".
std::string name_of(const std::string& node, const sim::Split& split);

// What is watched, too: "alerts.HighErrorRate".
std::string name_of(const sim::Watched& watched);

// What an expression may name. It is known before a run: what a node measures depends on its kind
// and spec, not on what happens to it.
struct Vocabulary {
    std::vector<Figure> run;
    std::vector<NodeWords> nodes;
    std::vector<std::string> variants;  // empty outside of comparisons

    const NodeWords* node(std::string_view name) const;
};

// The words of a recording, of however short a run.
Vocabulary vocabulary_of(const sim::Recording& recording);

// Adds the nodes and figures that only the other has.
void merge(Vocabulary& into, const Vocabulary& other);

// Which figure: of a node, or of what users saw when `node` is empty.
struct Asked {
    std::string node;
    std::string figure;
    double percent = 0;  // of "p", and of "lock_wait.p"
};

// NaN when there is nothing to say: no such figure in this run, or of requests of which none ended.
double value_of(const Asked& asked, const Summary& summary);

}  // namespace reports
