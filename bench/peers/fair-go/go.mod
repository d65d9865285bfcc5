module weft.io/bench/fair

go 1.23
