// The texts that the page has given to the module, each by the name of its file: all the files that
// there are.
#pragma once

#include <map>
#include <string>

namespace playground {

// Names are paths as lexically_normal() has them: "labs/CA-17.json".
std::map<std::string, std::string, std::less<>>& files();

}  // namespace playground
