"""A stand-in HaloITSM tenant: believable service-desk content behind Halo's REST lists."""
