// log, exp and pow with the same bits on every machine.
//
// The C library's differ in the last bit between processors with and without fused
// multiply-add, and that is enough to make two runs of one scenario part ways. These use only
// +, -, * and /, which IEEE 754 rounds the same way everywhere, and are compiled without
// contraction. Special values are those of the C library; errno and exception flags are not kept.
#pragma once

namespace sim {

double log(double x);
double exp(double x);
double pow(double x, double y);

}  // namespace sim
