module weft.io/bench/peers/echo

go 1.23
