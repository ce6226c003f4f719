import Roaster
