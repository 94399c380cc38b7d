#include "models/keys/keys.h"

#include "models/keys/hot_set.h"
#include "models/keys/in_turn.h"
#include "models/keys/single.h"
#include "models/keys/uniform.h"
#include "models/keys/zipf.h"

namespace models {

const Keys::List& Keys::list() {
    static const List list =
        list_of(All<SingleKey, UniformKeys, ZipfKeys, HotSetKeys, KeysInTurn>());
    return list;
}

}  // namespace models
